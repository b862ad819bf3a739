/** Environment for forge in which each imported package has its absolute path. */
export declare function oneNameForEachFile(): Readonly<Record<string, string>>;
