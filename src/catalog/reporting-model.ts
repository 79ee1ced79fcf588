/** What one reporter has said of data accesses in a period. */
export interface ServiceReporting {
  /** `service:<key>`, or the principal of a token that is no service's. */
  readonly reporter: string;
  /** Null where it is no registered service. */
  readonly serviceKey: string | null;
  /** How many datasets the service hosts. */
  readonly datasets: number;
  readonly allowed: number;
  readonly denied: number;
  /** Of both, those of which no purpose was stated. */
  readonly withoutPurpose: number;
  /** When the last access was; null where none was reported. */
  readonly lastAt: Date | null;
  /** Whether it reported nothing: which is not to say that there was no access. */
  readonly silent: boolean;
}
