// Rules of this project that oxlint does not bring. Each says in its message why it exists.
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BARE_ERRORS = new Set([
  "Error",
  "TypeError",
  "RangeError",
  "EvalError",
  "SyntaxError",
  "AggregateError",
]);

/** Errors are switched on by code and must not carry what came in: only AnamnesisError holds both. */
const noBareError = {
  create(context) {
    const check = (node) => {
      if (node.callee.type === "Identifier" && BARE_ERRORS.has(node.callee.name)) {
        context.report({
          node,
          message: `Throw an AnamnesisError with a literal code, a rule and a fix instead of ${node.callee.name}: callers switch on the code, and a free message can carry health data into a log.`,
        });
      }
    };
    return { NewExpression: check, CallExpression: check };
  },
};

const IMPURE_MEMBERS = new Map([
  ["Math", new Set(["random"])],
  ["Date", new Set(["now"])],
  ["performance", new Set(["now", "timeOrigin"])],
  ["crypto", new Set(["getRandomValues", "randomUUID"])],
  ["process", new Set(["env", "hrtime", "cwd"])],
]);
const IMPURE_CALLS = new Set(["fetch", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"]);

const impure = (what) =>
  `${what} is not for pure code: clock, randomness, timers, network and environment come in as parameters (the runtime port), so that tests can fix them and vectors can repeat them.`;

/** Clock, randomness, timers and network reach pure packages as parameters. */
const pure = {
  create(context) {
    return {
      MemberExpression(node) {
        const object = node.object.type === "MemberExpression" ? node.object.property : node.object;
        const name = node.property.type === "Identifier" ? node.property.name : node.property.value;
        if (object.type === "Identifier" && IMPURE_MEMBERS.get(object.name)?.has(name)) {
          context.report({ node, message: impure(`${object.name}.${name}`) });
        }
      },
      NewExpression(node) {
        if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0) {
          context.report({ node, message: impure("new Date() without an argument") });
        }
      },
      CallExpression(node) {
        if (node.callee.type === "Identifier" && IMPURE_CALLS.has(node.callee.name)) {
          context.report({ node, message: impure(node.callee.name) });
        }
      },
    };
  },
};

/** Calls `check` with every module name that a file imports, exports from or imports at run time. */
function onImport(check) {
  const visit = (node) => {
    if (typeof node.source?.value === "string") check(node, node.source.value);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
  };
}

/** Path segments from the root of the repository to what a relative import names, or null for other imports. */
function segmentsOf(filename, source) {
  if (!source.startsWith(".")) return null;
  return relative(ROOT, join(dirname(filename), source)).split(sep);
}

/** A relative path into another workspace would pass every boundary that names packages. */
const stayInWorkspace = {
  create(context) {
    const own = relative(ROOT, context.filename).split(sep).slice(0, 2).join("/");
    return onImport((node, source) => {
      const segments = segmentsOf(context.filename, source);
      if (segments !== null && segments.slice(0, 2).join("/") !== own) {
        context.report({
          node,
          message: `A relative import leaves ${own}: import other workspaces by name (@anamnesis/...), so that their dependencies are declared and the import boundaries hold.`,
        });
      }
    });
  },
};

/** Folders directly under `src` named in the option are adapters of one port: they never import each other. */
const adaptersApart = {
  meta: {
    schema: [
      {
        type: "object",
        properties: { adapters: { type: "array", items: { type: "string" } } },
        additionalProperties: false,
      },
    ],
  },
  create(context) {
    const adapters = new Set(context.options[0]?.adapters ?? []);
    const own = relative(ROOT, context.filename).split(sep)[3];
    if (!adapters.has(own)) return {};
    return onImport((node, source) => {
      const other = segmentsOf(context.filename, source)?.[3];
      if (adapters.has(other) && other !== own) {
        context.report({
          node,
          message: `The adapter ${own} imports the adapter ${other}: each must stand alone, so that a node loads only the client it uses. Put what both need into a folder beside them.`,
        });
      }
    });
  },
};

/** Methods that write, by the property or variable that they are called on. */
const WRITING_METHODS = new Map([
  ["db", new Set(["transaction"])],
  ["blobs", new Set(["put", "delete"])],
  ["receipts", new Set(["append"])],
  ["ledger", new Set(["submit"])],
  ["witnessed", new Set(["keepEvidence"])],
  ["share", new Set(["storePending", "activate", "discardPending"])],
]);
const WRITING_SQL = /^\s*(?:insert|update|delete|truncate|alter|create|drop)\b/i;

/** `db` of `db.query`, `context.db.query` and `this.#context.db.query`. */
function nameOf(node) {
  const named = node.type === "MemberExpression" ? node.property : node;
  return named.type === "Identifier" || named.type === "PrivateIdentifier" ? named.name : undefined;
}

/** Text of a literal statement, up to the first value that is put into it. */
function textOf(node) {
  if (node?.type === "TemplateLiteral") return node.quasis[0]?.value.raw ?? "";
  return typeof node?.value === "string" ? node.value : "";
}

function isInside(node, callee) {
  for (let around = node.parent; around; around = around.parent) {
    if (around.type === "CallExpression" && nameOf(around.callee) === callee) return true;
  }
  return false;
}

/** Each write of a node that lasts has a name: it is timed, documented, and a test kills the process before and after it. */
const durableWrites = {
  create(context) {
    return {
      CallExpression(node) {
        if (node.callee.type !== "MemberExpression") return;
        const [target, method] = [nameOf(node.callee.object), nameOf(node.callee)];
        const writes =
          WRITING_METHODS.get(target)?.has(method) ||
          (target === "db" && method === "query" && WRITING_SQL.test(textOf(node.arguments[0])));
        if (writes && !isInside(node, "durable")) {
          context.report({
            node,
            message: `${target}.${method} writes what lasts: run it inside context.durable("<write point>", ...) under a name of runtime/writePoints.ts, which docs/operations.md lists, so that it is timed and the kill tests end a process before and after it.`,
          });
        }
      },
    };
  },
};

export default {
  meta: { name: "anamnesis" },
  rules: {
    "no-bare-error": noBareError,
    pure,
    "stay-in-workspace": stayInWorkspace,
    "adapters-apart": adaptersApart,
    "durable-writes": durableWrites,
  },
};
