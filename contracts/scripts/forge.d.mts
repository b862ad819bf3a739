/** The folder of these contracts. */
export declare const CONTRACTS: string;
/** For programs that look for forge in the path. */
export declare function forgeFolder(): string;
