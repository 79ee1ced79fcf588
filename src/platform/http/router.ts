import type { Route } from "./route";

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Routes of a path that answers, but not to the method asked. */
export class MethodNotAllowed {
  constructor(readonly allow: readonly string[]) {}
}

interface Pattern {
  readonly segments: readonly string[];
  readonly route: Route;
}

const NO_PARAMS: Readonly<Record<string, string>> = {};

/** Finds the route of a request. Literal paths win over patterns; patterns are tried in the order they were given. */
export class Router {
  private readonly literal = new Map<string, Route[]>();
  private readonly patterns: Pattern[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (/[:*]/.test(route.path)) this.patterns.push({ segments: route.path.split("/"), route });
      else this.literal.set(route.path, [...(this.literal.get(route.path) ?? []), route]);
    }
  }

  find(method: string, path: string): Match | MethodNotAllowed | undefined {
    const candidates = this.candidates(path);
    if (candidates.length === 0) return undefined;
    const wanted = method === "HEAD" ? "GET" : method;
    return candidates.find(({ route }) => route.method === wanted) ?? new MethodNotAllowed(candidates.map(({ route }) => route.method));
  }

  private candidates(path: string): Match[] {
    const literal = this.literal.get(path);
    if (literal !== undefined) return literal.map((route) => ({ route, params: NO_PARAMS }));
    const segments = path.split("/");
    return this.patterns.flatMap((pattern) => {
      const params = match(pattern.segments, segments);
      return params === undefined ? [] : [{ route: pattern.route, params }];
    });
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index];
    if (actual === undefined) return undefined;
    if (expected === "*") {
      params["*"] = segments.slice(index).join("/");
      return params;
    }
    if (expected.startsWith(":")) {
      const value = decode(actual);
      if (value === undefined) return undefined;
      params[expected.slice(1)] = value;
    } else if (expected !== actual) {
      return undefined;
    }
  }
  return pattern.length === segments.length ? params : undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment) || undefined;
  } catch {
    return undefined;
  }
}
