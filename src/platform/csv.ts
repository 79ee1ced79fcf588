/** What a spreadsheet would take for a formula and compute; an apostrophe before it makes it text (OWASP, "CSV Injection"). */
const FORMULA = /^\s*[=+\-@\t\r]/;

/** One record as RFC 4180 writes it, with its line end. */
export const csvRecord = (values: readonly string[]): string => `${values.map(csvValue).join(",")}\r\n`;

function csvValue(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
