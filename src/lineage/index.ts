export { findCopies } from "./use-cases/find-copies";
