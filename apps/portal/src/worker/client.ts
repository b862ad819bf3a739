import { AnamnesisError } from "@anamnesis/core/errors";
import type {
  Call,
  MethodName,
  Progress,
  Reply,
  WalletAnswer,
  WalletQuestion,
  WorkerMethods,
} from "./protocol.ts";
import { workerUrl } from "./workerUrl.ts";

type Parameters_<M extends MethodName> = Parameters<WorkerMethods[M]>[0];
type Answer<M extends MethodName> = Awaited<ReturnType<WorkerMethods[M]>>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly progress: ((progress: Progress) => void) | undefined;
}

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, Waiting>();
/** Ends what the person is asked, once something was. */
let forget: () => void = () => undefined;

/**
 * Asks the worker that holds the keys; it is started at the first call, so that cryptography is loaded when it is first needed. Rejects with the `AnamnesisError` that the worker met.
 */
export async function ask<M extends MethodName>(
  method: M,
  ...[parameters, progress]: Parameters_<M> extends undefined
    ? [parameters?: undefined, progress?: (progress: Progress) => void]
    : [parameters: Parameters_<M>, progress?: (progress: Progress) => void]
): Promise<Answer<M>> {
  worker ??= start();
  const id = ++last;
  const call: Call = { id, method, parameters };
  const asked = worker;
  return new Promise<Answer<M>>((resolve, reject) => {
    waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, progress });
    asked.postMessage(call, []);
  });
}

/** Ends the worker, and with it every key in memory. What was asked and not answered fails with `locked`. */
export function endWorker(): void {
  worker?.terminate();
  worker = null;
  for (const { reject } of waiting.values()) reject(locked());
  waiting.clear();
  forget();
}

function start(): Worker {
  const started = new Worker(workerUrl(), { type: "module", name: "keys" });
  started.addEventListener("message", ({ data }: MessageEvent<Reply>) => settle(data));
  started.addEventListener("error", () => {
    for (const { reject } of waiting.values()) reject(broken());
    waiting.clear();
    worker = null;
  });
  return started;
}

function settle(reply: Reply): void {
  const asked = waiting.get(reply.id);
  if (asked === undefined) return;
  if (reply.type === "progress") {
    asked.progress?.(reply.progress);
    return;
  }
  if (reply.type === "question") {
    void answerQuestion(reply.question, reply.asked);
    return;
  }
  waiting.delete(reply.id);
  if (reply.type === "done") asked.resolve(reply.value);
  else asked.reject(new AnamnesisError(reply.failure));
}

/** Whoever was asked when the worker ended answers nobody. */
async function answerQuestion(question: number, { account, data }: WalletQuestion): Promise<void> {
  const asked = worker;
  let answer: WalletAnswer;
  try {
    // Most people have no wallet that signs for them.
    const { askPerson, forgetQuestions } = await import("../wallets/questions.ts");
    forget = forgetQuestions;
    answer = { question, signature: await askPerson(account, data) };
  } catch (error) {
    answer = { question, failure: (error instanceof AnamnesisError ? error : broken()).toJSON() };
  }
  if (asked === worker) asked?.postMessage(answer, []);
}

function locked(): AnamnesisError<"locked"> {
  return new AnamnesisError({
    code: "locked",
    rule: "Records open while you are signed in.",
    fix: "Sign in again.",
  });
}

function broken(): AnamnesisError<"worker-failed"> {
  return new AnamnesisError({
    code: "worker-failed",
    rule: "The part of the page that opens records has stopped.",
    fix: "Load the page again. Nothing that was saved is lost.",
  });
}
