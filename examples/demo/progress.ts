/** What the subscription tells of a request. */
export interface Progress {
  readonly state: string;
  readonly certificateId: string | null;
  readonly tasks: { readonly edges: readonly { readonly node: Task }[] };
}

interface Task {
  readonly dataset: string;
  readonly state: string;
  readonly grade: string;
  readonly parts: readonly Part[];
}

interface Part {
  readonly outcome: string;
  readonly fields: readonly string[] | null;
  readonly count: number | null;
  readonly until: string | null;
}

export const PROGRESS = `subscription ($id: ID!) {
  erasureRequestProgress(id: $id) {
    state certificateId
    tasks(first: 100) { edges { node { dataset state grade parts { outcome fields count until } } } }
  }
}`;

const COLOURS: Readonly<Record<string, string>> = { VERIFIED: "32", DEAD_LETTER: "31", IN_FLIGHT: "33", ACCEPTED: "33", VERIFYING: "36" };

/** Shows how far each dataset is: on a terminal a table that is written over, elsewhere a line for each change. */
export class ProgressTable {
  private shown = new Map<string, string>();

  constructor(private readonly out: NodeJS.WriteStream) {}

  show({ state, tasks }: Progress): void {
    const rows = tasks.edges.map(({ node }): [string, string] => [node.dataset, this.lineOf(node)]);
    const lines = new Map([["", `       ${state}`], ...rows.sort(([one], [other]) => (one < other ? -1 : 1))]);
    if (this.out.isTTY) this.writeOver([...lines.values()]);
    else for (const [key, line] of lines) if (this.shown.get(key) !== line) this.out.write(`${line}\n`);
    this.shown = lines;
  }

  private writeOver(lines: readonly string[]): void {
    const back = this.shown.size > 0 ? `\u001b[${this.shown.size}A` : "";
    // Without wrapping, since a line that took two would be written over in part only.
    this.out.write(`${back}\u001b[?7l${lines.map((line) => `\u001b[2K${line}\n`).join("")}\u001b[?7h`);
  }

  private lineOf({ dataset, state, grade, parts }: Task): string {
    const name = decodeURIComponent(dataset.split(":").at(-1) ?? "");
    const colour = this.out.isTTY && !process.env.NO_COLOR ? COLOURS[state] : undefined;
    const shownState = colour ? `\u001b[${colour}m${state.padEnd(9)}\u001b[0m` : state.padEnd(9);
    return `         ${name.padEnd(34)} ${shownState} ${state === "VERIFIED" ? grade : "  "} ${summaryOf(parts)}`.trimEnd();
  }
}

/** Like parts together: `ERASED 4, ERASED 5 of contact_email, RETAINED 5 until 2034-12-21` (the last of their days). */
function summaryOf(parts: readonly Part[]): string {
  const likes = new Map<string, Part[]>();
  for (const part of parts) {
    const like = `${part.outcome} ${part.fields?.join(", ") ?? ""}`;
    likes.set(like, [...(likes.get(like) ?? []), part]);
  }
  return [...likes.values()].map(summaryOfLikes).join(", ");
}

function summaryOfLikes(parts: readonly Part[]): string {
  const [first] = parts;
  const count = parts.reduce((sum, part) => sum + (part.count ?? 0), 0);
  const until = parts.map((part) => part.until?.slice(0, 10) ?? "").sort().at(-1);
  const words = [first?.outcome, count, first?.fields && `of ${first.fields.join(", ")}`, until && `until ${until}`];
  return words.filter(Boolean).join(" ");
}
