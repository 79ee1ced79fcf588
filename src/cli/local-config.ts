import { type Config, ConfigError, readConfig } from "../platform/config";
import { EXIT, Failure } from "./command";

/** The configuration of this machine's environment. Fails (1) with every wrong value named. */
export function localConfig(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    throw error instanceof ConfigError ? new Failure(EXIT.refused, error.message) : error;
  }
}
