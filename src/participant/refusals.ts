/** Why a request was not answered with an answer; each is a failed attempt to Cadastre, which tries again. */
const STATUS = {
  MALFORMED: 400,
  UNSIGNED: 401,
  STALE: 401,
  BAD_SIGNATURE: 401,
  WRONG_AUDIENCE: 401,
  METHOD_NOT_ALLOWED: 405,
  /** The id belongs to another order. */
  CONFLICT: 409,
  /** The order was taken back. */
  RECALLED: 409,
  TOO_LARGE: 413,
  INTERNAL: 500,
  /** A dataset or kind that this service does not handle, and of which it can therefore say nothing. */
  UNSUPPORTED: 501,
  KEYS_UNAVAILABLE: 503,
} as const;
export type RefusalCode = keyof typeof STATUS;
export const isRefusalCode = (text: string): text is RefusalCode => Object.hasOwn(STATUS, text);

export class OrderRefused extends Error {
  override readonly name = "OrderRefused";
  readonly status: number;

  constructor(readonly code: RefusalCode) {
    super(code);
    this.status = STATUS[code];
  }
}
