import type { Reader } from "../../platform/database/sql";
import type { Job } from "../job-model";
import { findJob } from "../storage/job-queries";
import { parseJobId } from "./declared-ends";

/** The job of this id; null where none is known. Refuses (BAD_USER_INPUT) what is no job's id. */
export const readJob = async (reader: Reader, id: string): Promise<Job | null> => (await findJob(reader, parseJobId("id", id))) ?? null;
