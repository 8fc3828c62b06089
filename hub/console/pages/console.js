"use strict";
// Signs the chosen persona in at the development issuer and asks /graphql with the token and the purpose.
// Tokens and queries live in this page's memory only: nothing is written to the browser's storage.

const START = `# Choose who you are and what you ask for above, then press the button.
query WhoAmI {
  me {
    party {
      orgnr
      kind
    }
  }
}
`;

const elements = Object.fromEntries(["persona", "purpose", "state", "graphiql"].map((id) => [id, document.getElementById(id)]));
const memory = new Map();
const storage = {
  get length() { return memory.size; },
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, value) => { memory.set(key, value); },
  removeItem: (key) => { memory.delete(key); },
  clear: () => { memory.clear(); },
};
const root = ReactDOM.createRoot(elements.graphiql);
let client = "";
let personas = new Map();
let token = "";
let turn = 0;

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function readJson(response) {
  if (!response.ok) throw new Error(`${new URL(response.url).pathname} answered ${response.status}`);
  return response.json();
}

async function signInPerson(persona) {
  const metadata = await readJson(await fetch(persona.metadata));
  const [verifier, state] = [randomText(), randomText()];
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const redirect = `${location.origin}/callback`;
  const asked = new URLSearchParams({
    ...persona.ask,
    response_type: "code",
    client_id: client,
    redirect_uri: redirect,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
    login_hint: persona.name,
  });
  // The issuer answers with a redirect to our own address; where it led to holds the code.
  const landed = new URL((await fetch(`${metadata.authorization_endpoint}?${asked}`)).url);
  const code = landed.searchParams.get("code");
  if (landed.searchParams.get("state") !== state || !code) throw new Error("the issuer gave no code");
  const form = { grant_type: "authorization_code", client_id: client, redirect_uri: redirect, code, code_verifier: verifier };
  const answer = await fetch(metadata.token_endpoint, { method: "POST", body: new URLSearchParams(form) });
  return (await readJson(answer)).access_token;
}

async function signInSystem(persona) {
  const answer = await fetch(`/graphiql/system-token?${new URLSearchParams({ persona: persona.name })}`, { method: "POST" });
  return (await readJson(answer)).access_token;
}

async function ask(request) {
  const headers = {
    accept: "application/graphql-response+json",
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
  };
  if (elements.purpose.value) headers.behandlingsnummer = elements.purpose.value;
  const { query, variables, operationName } = request;
  const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables, operationName }) });
  return response.json();
}

function show() {
  // A new key makes GraphiQL anew, and with it the schema: each kind of party is served its own.
  root.render(React.createElement(GraphiQL, { key: turn, fetcher: ask, storage, defaultQuery: START }));
}

function say(text, failed = false) {
  elements.state.textContent = text;
  elements.state.toggleAttribute("data-failed", failed);
}

async function choosePersona() {
  const mine = ++turn;
  const persona = personas.get(elements.persona.value);
  elements.purpose.replaceChildren(...[...persona.purposes, ""].map((number) => new Option(number || "none", number)));
  say("Signing in …");
  try {
    const fresh = await (persona.isSystem ? signInSystem(persona) : signInPerson(persona));
    if (mine !== turn) return;
    token = fresh;
    say(`Signed in as ${persona.name}${persona.orgnr ? ` for ${persona.orgnr}` : ""}`);
    show();
  } catch (error) {
    if (mine === turn) say(`Not signed in: ${error.message}`, true);
  }
}

async function start() {
  const listed = await readJson(await fetch("/graphiql/personas"));
  client = listed.client;
  personas = new Map(listed.personas.map((persona) => [persona.name, persona]));
  elements.persona.replaceChildren(...listed.personas.map(({ name, description }) => new Option(`${name}: ${description}`, name)));
  elements.persona.addEventListener("change", choosePersona);
  await choosePersona();
}

start().catch((error) => say(`The console did not start: ${error.message}`, true));
