import type { Properties } from "../model";

/** What leads from a server to an object on it, the outer first: each server has some of these. */
const STEPS = ["project", "dataset", "catalog", "database", "serviceName", "stream", "schema"];
/** What some servers are by themselves: a folder, a bucket, an endpoint. */
const PLACES = ["location", "path", "stagingDir"];

/** Where an object is, for people: `postgres://db:5432/shop/public/orders`, `s3://bucket/orders`. */
export function locationOf(server: Properties, physicalName: string | null | undefined): string | undefined {
  const said = (member: string): string => {
    const value = server[member];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const place = PLACES.map(said).find((text) => text !== "");
  const host = said("host") + (said("host") !== "" && said("port") !== "" ? `:${said("port")}` : "");
  const base = place ?? [host || said("account") || said("endpointUrl"), ...STEPS.map(said)].filter((text) => text !== "").join("/");
  const address = base.includes("://") || said("type") === "" ? base : `${said("type")}://${base}`;
  if (address === "") return undefined;
  const withoutLogin = address.replace(/:\/\/[^/?#]*@/, "://");
  return physicalName ? `${withoutLogin.replace(/\/+$/, "")}/${physicalName}` : withoutLogin;
}
