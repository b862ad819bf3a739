import { Command } from "commander";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { type ConsentId, parseConsentId } from "@anamnesis/core/ids";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { codeOf } from "@anamnesis/sdk/ourError";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { columns } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly json?: true;
}

/** `anamnesis consent status`: what each custodian would decide on. */
export function statusCommand(): Command {
  return new Command("status")
    .description("what every custodian knows of consents: none, registered or revoked, and since when")
    .argument("<consents...>", "ids, see `consent list`")
    .addOption(nodeOption())
    .addOption(jsonOption())
    .action(async (ids: readonly string[], flags: Flags) => {
      const output = createOutput(flags.json === true);
      const consents = ids.map((id) => parseConsentId(id));
      const { committee } = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      // An id says nothing of the patient, and the question is nobody's in particular.
      const signer = httpSigner(systemRuntime.random(32));
      const questions = consents.flatMap((consent) =>
        committee.custodians.map((custodian) => ({ consent, custodian })),
      );
      const rows = await concurrently(questions, 8, async ({ consent, custodian: { name, endpoint } }) => {
        return { consent, custodian: name, ...(await stateAt(endpoint, consent)) };
      });
      for (const line of columns([
        ["consent", "custodian", "status", "since"],
        ...rows.map(({ consent, custodian, status, since }) => [
          consent,
          custodian,
          status,
          since === null ? "-" : new Date(since * 1000).toISOString(),
        ]),
      ])) {
        output.line(line);
      }
      output.result(rows);

      async function stateAt(
        endpoint: string,
        consent: ConsentId,
      ): Promise<{ readonly status: string; readonly since: number | null }> {
        try {
          const client = connect(systemRuntime, endpoint, signer);
          const { status, since } = await client.call(exchangeRoutes.consentState, { consent }, undefined);
          return { status, since };
        } catch (error) {
          return { status: codeOf(error), since: null };
        }
      }
    });
}
