/** What a request holds of what its caller may have under way at a time, until it is answered. */
export interface Reservation {
  /** Takes more bytes; throws a `Refusal` (RATE_LIMITED) where the caller has too many. */
  grow(bytes: number): void;
  release(): void;
}
