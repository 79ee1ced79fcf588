import { ErasureCertificateRow, ErasureNoticeRow, ErasureRequestRow, SentinelRow } from "../erasure/storage/erasure-rows";

/** The row classes of every room: a new one is added here, or its table cannot be written through `tx.manager`. */
export const ROW_CLASSES: readonly (new () => object)[] = [ErasureCertificateRow, ErasureNoticeRow, ErasureRequestRow, SentinelRow];
