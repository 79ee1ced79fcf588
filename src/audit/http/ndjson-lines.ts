import { isUtf8 } from "node:buffer";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The lines of a text, without their ends; a byte order mark before them and blank lines after them do not count. */
export function splitLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  const text = content.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? content.subarray(BYTE_ORDER_MARK.length) : content;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(LINE_FEED, start);
    const end = found < 0 ? text.length : found;
    lines.push(text.subarray(start, text[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end));
    start = end + 1;
  }
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

/** The JSON value of a line; undefined where it is no UTF-8 or no JSON. */
export function parseLine(line: Buffer): unknown {
  if (!isUtf8(line)) return undefined;
  try {
    return JSON.parse(line.toString()) as unknown;
  } catch {
    return undefined;
  }
}
