/** The actor of what Cadastre does by itself. */
export const SYSTEM = "cadastre";
