import { runService } from "./run-service";
import { SERVICES } from "./services/all-services";

/** `node dist/examples/shop/main.js <service>`: one of the company's services as a process. README.md names the environment. */
async function main(key: string | undefined, env: NodeJS.ProcessEnv): Promise<void> {
  const service = SERVICES.find((each) => each.key === key);
  if (service === undefined || !env.DATABASE_URL) {
    throw new Error(`usage: DATABASE_URL=postgres://… main.js ${SERVICES.map((each) => each.key).join("|")}`);
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  await runService(service, {
    databaseUrl: env.DATABASE_URL,
    port: Number(env.PORT || service.port),
    cadastreUrl: env.CADASTRE_URL || "http://127.0.0.1:4000",
    token: env.CADASTRE_TOKEN || undefined,
    lies: env.SHOP_LIE === service.key,
    stop: stopping.signal,
  });
}

main(process.argv[2], process.env).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
