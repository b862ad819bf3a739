import type { Progress } from "../run/progress.ts";
import type { Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
export async function runBaseline(_settings: Settings, _progress: Progress): Promise<readonly Table[]> { return []; }
