/**
 * graphql-js quotes what it was sent in some of its messages, and what it was sent may be personal data.
 * These are all its forms that do; each is cut down to what is wrong and which type was expected.
 */
const QUOTING: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^Syntax Error: (Expected .*?), found [\s\S]*$/, "Syntax Error: $1."],
  [/^Syntax Error: (Unexpected \w+)[\s\S]*$/, "Syntax Error: $1."],
  [/^Syntax Error: ((?:Invalid|Cannot) [^:"]*[^:" ])[\s\S]*$/, "Syntax Error: $1."],
  [/^((?:Enum ".*?"|\w+) cannot represent [^:]*): [\s\S]*$/, "$1."],
  [/^Value "[\s\S]*" does not exist in (".*?" enum)\.[\s\S]*$/, "The value does not exist in $1."],
  [/^Expected value of type (".*?"), found [\s\S]*$/, "Expected value of type $1."],
  [/^Expected type (".*?")\. [\s\S]*$/, "Expected type $1."],
  [/^(Argument ".*?") has invalid value [\s\S]*$/, "$1 has an invalid value."],
  [/^(Variable "\$\w+") (?:got|has) invalid value [\s\S]*$/, "$1 has an invalid value."],
];

/** A message of graphql-js without the value that it may quote. */
export function withoutValues(message: string): string {
  for (const [pattern, replacement] of QUOTING) {
    if (pattern.test(message)) return message.replace(pattern, replacement);
  }
  return message;
}
