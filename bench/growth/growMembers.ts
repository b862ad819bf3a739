import type { Progress } from "../run/progress.ts";
import type { Table } from "../run/report.ts";
import type { Curve } from "../run/settings.ts";
export async function growMembers(_curve: Curve, _progress: Progress): Promise<readonly Table[]> { return []; }
