import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { badInput, Refusal } from "../errors";
import type { HttpRequest } from "./route";

const inflate = promisify(gunzip);
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a request's body. Refuses as `readContent`, and (BAD_USER_INPUT) what is no UTF-8. */
export async function readText(request: HttpRequest, limit: number): Promise<string> {
  const bytes = await readContent(request, limit);
  try {
    return utf8.decode(bytes);
  } catch {
    throw badInput("the body is not UTF-8");
  }
}

/**
 * The bytes of a request's body, inflated if it says that it was compressed by gzip. Refuses (BAD_USER_INPUT) other encodings, (TOO_LARGE)
 * more than `limit` bytes after inflation, of which it never holds more.
 */
export async function readContent({ body, headers, reservation }: HttpRequest, limit: number): Promise<Buffer> {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip" && encoding !== "x-gzip") throw badInput("content-encoding: this door takes gzip and identity");
  if (encoding === "identity") return body;
  const bytes = await inflated(body, limit);
  reservation?.grow(bytes.length);
  return bytes;
}

async function inflated(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new Refusal("TOO_LARGE", `The request body is longer than the ${limit} bytes taken here, after inflation`);
    }
    throw badInput("the body is not gzip");
  }
}
