import type { Provenance } from "./model";

/** Which flow: one row of the picture, or several with different intervals. */
export interface FlowKey {
  readonly from: number;
  readonly to: number;
  /** 0: none is known. */
  readonly job: number;
  readonly provenance: Provenance;
}

export const keyText = ({ from, to, job, provenance }: FlowKey): string => `${from} ${to} ${job} ${provenance}`;

/** A row of the picture: the flow holds during [since, until), in milliseconds of event time. */
export interface PictureRow<Traits> extends FlowKey {
  readonly id: number;
  /** The run that it is shown for while that is open; 0: it does not hang on any. */
  readonly run: number;
  readonly since: number;
  readonly until: number;
  readonly traits: Traits;
}

/** A row to be: without an id it is new. */
export type DrawnRow<Traits> = Omit<PictureRow<Traits>, "id"> & { readonly id: number | null };

/** How traits of one flow, said twice, are one. */
export interface TraitsRule<Traits> {
  merge(one: Traits, other: Traits): Traits;
  equal(one: Traits, other: Traits): boolean;
}
