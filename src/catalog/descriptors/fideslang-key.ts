import type { Shape } from "./yaml-shape";

/** What fideslang refers to things by; empty where it is none. */
export const fidesKey: Shape<string> = (node, errors) => {
  const written = node.kind === "scalar" ? (node.text ?? "") : "";
  if (/^[a-zA-Z0-9_.<>-]+$/.test(written)) return written;
  errors.push({ at: node.at, text: "expected a fides_key: letters, digits, dots, hyphens, underscores, < and >" });
  return "";
};
