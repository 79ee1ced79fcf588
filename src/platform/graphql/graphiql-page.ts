/** The page around GraphiQL: a field for the bearer token above it. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Cadastre</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/app.css">
<link rel="stylesheet" href="/graphiql/page.css">
</head>
<body class="no-focus-outline">
<form id="bearer">
<label for="token">Bearer token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" placeholder="shown at the first start, or made by: npx cadastre token create">
<button>Use</button>
</form>
<div id="root"><noscript>GraphiQL needs JavaScript.</noscript></div>
<script defer src="/graphiql/app.js"></script>
<script defer src="/graphiql/page.js"></script>
</body>
</html>
`;

export const PAGE_STYLE = `
body { display: flex; flex-direction: column; margin: 0; height: 100vh; overflow: hidden; }
#bearer { display: flex; gap: 8px; align-items: center; padding: 8px 16px; font: 14px sans-serif; background: #f3f5f8; color: #1f2933; }
#bearer input { flex: 1; max-width: 40em; padding: 4px 8px; font: 13px monospace; }
#root { flex: 1; min-height: 0; }
#root .graphiql-container { width: 100%; height: 100%; }
`;

/** Starts GraphiQL. The token goes with every request, and stays in the browser until the tab is closed. */
export const PAGE_SCRIPT = String.raw`
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => "/graphiql/" + ({ json: "json", graphql: "graphql" }[label] ?? "editor") + ".worker.js",
};

const headers = {};
const field = document.querySelector("#token");
const use = (token) => (token === "" ? delete headers.authorization : (headers.authorization = "Bearer " + token));
use((field.value = sessionStorage.getItem("token") ?? ""));
document.querySelector("#bearer").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = field.value.trim().replace(/^Bearer +/i, "");
  sessionStorage.setItem("token", token);
  use(token);
  document.querySelector("button[aria-label='Re-fetch GraphQL schema']")?.click();
});

YogaGraphiQL.renderYogaGraphiQL(document.querySelector("#root"), {
  endpoint: "/graphql",
  title: "Cadastre",
  additionalHeaders: headers,
  shouldPersistHeaders: false,
  defaultQuery: "# Paste a bearer token above, then ask.\n{\n  services { edges { node { id name team } } }\n}\n",
});
`;
