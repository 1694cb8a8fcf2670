/** Anything that JSON can hold; what crosses threads, stands in the store and is hashed is always this. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };
