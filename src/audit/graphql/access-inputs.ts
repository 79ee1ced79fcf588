import { Field, ID, InputType } from "type-graphql";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { IdentifierInput } from "../../subjects/graphql/identifier-types";
import { MAX_ACCESS_EVENTS } from "../use-cases/record-access";

/** Without rules for its members: a broken event is refused by its id, and takes no other along. */
@InputType({ description: "That somebody's data was accessed, or that this was denied." })
class AccessEventInput {
  @Field(() => ID, { description: "Your own name for it: reported again it is a duplicate." })
  eventId!: string;

  @Field(() => DateTimeScalar, { description: "When it was accessed; at most 5 minutes ahead of our clock." })
  at!: Date;

  @Field(() => String, { description: "Who accessed; a pseudonym." })
  actor!: string;

  @Field(() => ID)
  dataset!: string;

  @Field(() => [String], { nullable: true })
  fields?: string[] | null;

  @Field(() => IdentifierInput, { nullable: true, description: "Whose data; only a keyed digest of it is kept." })
  identifier?: IdentifierInput | null;

  @Field(() => String, { description: "What it was accessed for; empty where none is known, which is reported." })
  purpose!: string;

  @Field(() => String, { description: "The legal basis; empty where none is known." })
  basis!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  allowed?: boolean | null;

  @Field(() => String, { nullable: true, description: "From where: a host, a client, a screen." })
  source?: string | null;
}

@InputType()
export class RecordAccessInput {
  @Field(() => [AccessEventInput], { description: `At most ${MAX_ACCESS_EVENTS}.` })
  events!: AccessEventInput[];
}
