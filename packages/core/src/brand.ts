declare const brand: unique symbol;

/** A value that was parsed once at the edge; inside, the type is the proof. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
