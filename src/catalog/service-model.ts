import { isDuration } from "../platform/calendar";
import { ORDER_KINDS, type OrderKind, parseVerifyingKey } from "../protocol";
import { EXECUTORS, type Executor, type Properties, type Service } from "./model";
import { propertiesFault, sameForm } from "./properties-model";
import { serviceId } from "./public-ids";
import { check, checkEach, descriptionFault, type Fault, invisibleFault, keyFault, nameFault, oneOf } from "./text-model";

/** What is said of a service. An omitted (undefined) member stays as it is; null takes it back to its default. */
export interface ServiceInput {
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly team?: string | null;
  readonly executor?: Executor | null;
  readonly endpointUrl?: string | null;
  /** `whpk_…`; becomes the newest of the service's keys. */
  readonly publicKey?: string | null;
  readonly kinds?: readonly string[] | null;
  readonly timeoutMs?: number | null;
  /** ISO 8601 duration. */
  readonly backupHorizon?: string | null;
  readonly properties?: Properties | null;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const MIN_TIMEOUT_MS = 100;
const MAX_TIMEOUT_MS = 300_000;
const MAX_URL_LENGTH = 2048;
const ACCEPTED_KEYS = 2;

/** All that is wrong with the input by itself. */
export const checkService = (input: ServiceInput): Fault[] => [
  ...check(["key"], input.key, keyFault),
  ...check(["name"], input.name, nameFault),
  ...check(["description"], input.description, descriptionFault),
  ...check(["team"], input.team, nameFault),
  ...check(["executor"], input.executor, (executor) => oneOf(EXECUTORS, executor)),
  ...check(["endpointUrl"], input.endpointUrl, urlFault),
  ...check(["publicKey"], input.publicKey, publicKeyFault),
  ...checkEach(["kinds"], input.kinds, ORDER_KINDS.length, (kind) => oneOf(ORDER_KINDS, kind)),
  ...check(["timeoutMs"], input.timeoutMs, timeoutFault),
  ...check(["backupHorizon"], input.backupHorizon, (period) => (isDuration(period) ? undefined : "must be an ISO 8601 duration such as P30D")),
  ...check(["properties"], input.properties, propertiesFault),
];

/** What a service is taken to obey that has not said it. */
const DEFAULT_KINDS: readonly OrderKind[] = ["erase", "verify"];

/** The service after the input was heard; registering a retired one brings it back. */
export function mergeService(known: Service | undefined, input: ServiceInput): Service {
  return {
    id: serviceId(input.key),
    key: input.key,
    name: input.name,
    description: input.description === undefined ? (known?.description ?? null) : input.description,
    team: input.team === undefined ? (known?.team ?? null) : input.team,
    executor: (input.executor === undefined ? known?.executor : input.executor) ?? "PARTICIPANT",
    endpointUrl: input.endpointUrl === undefined ? (known?.endpointUrl ?? null) : input.endpointUrl,
    publicKeys: input.publicKey === undefined ? (known?.publicKeys ?? []) : rotateKeys(known?.publicKeys ?? [], input.publicKey),
    kinds: input.kinds === undefined ? (known?.kinds ?? DEFAULT_KINDS) : ORDER_KINDS.filter((kind) => input.kinds?.includes(kind)),
    timeoutMs: (input.timeoutMs === undefined ? known?.timeoutMs : input.timeoutMs) ?? DEFAULT_TIMEOUT_MS,
    backupHorizon: input.backupHorizon === undefined ? (known?.backupHorizon ?? null) : input.backupHorizon,
    properties: input.properties === undefined ? (known?.properties ?? {}) : sameForm(input.properties),
    retiredAt: null,
  };
}

/**
 * Rotation without downtime: the new key comes first, the former newest stays accepted until the next rotation pushes it out.
 * The newest again changes nothing; null takes all keys away.
 */
export function rotateKeys(known: readonly string[], publicKey: string | null): readonly string[] {
  if (publicKey === null) return [];
  if (known[0] === publicKey) return known;
  return [publicKey, ...known.filter((key) => key !== publicKey)].slice(0, ACCEPTED_KEYS);
}

/** What is wrong with a key for receipts, if anything: they must be signed with v1a, a shared secret proves nothing. */
export function publicKeyFault(text: string): string | undefined {
  try {
    if (parseVerifyingKey(text).scheme === "v1a") return undefined;
  } catch {
    // Falls through to the one answer.
  }
  return "must be an Ed25519 public key: whpk_ and its 32 bytes in base64";
}

function urlFault(text: string): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `must have at most ${MAX_URL_LENGTH} characters`;
  // The URL parser drops them: the address would be shown as another one than orders go to.
  const invisible = invisibleFault(text);
  if (invisible !== undefined) return invisible;
  const url = URL.canParse(text) && text === text.trim() ? new URL(text) : undefined;
  if (url === undefined || !["https:", "http:"].includes(url.protocol)) return "must be an absolute URL, https: (or http: inside the allowed networks)";
  if (url.username !== "" || url.password !== "") return "must not carry a user name or password";
  return url.hash === "" ? undefined : "must not have a fragment";
}

const timeoutFault = (timeout: number): string | undefined =>
  Number.isInteger(timeout) && timeout >= MIN_TIMEOUT_MS && timeout <= MAX_TIMEOUT_MS
    ? undefined
    : `must be a whole number from ${MIN_TIMEOUT_MS} to ${MAX_TIMEOUT_MS}`;
