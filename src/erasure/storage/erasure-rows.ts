import { Column, Entity, PrimaryColumn } from "typeorm";

@Entity("erasure_requests")
export class ErasureRequestRow {
  @PrimaryColumn({ type: "uuid" }) id!: string;
  @Column({ type: "uuid" }) pid!: string;
  @Column({ type: "text" }) state!: string;
  @Column({ type: "text", nullable: true }) result!: string | null;
  @Column({ type: "text", nullable: true }) external_ref!: string | null;
  @Column({ type: "text" }) regime!: string;
  @Column({ type: "text", nullable: true }) ground!: string | null;
  @Column({ type: "text" }) capacity!: string;
  @Column({ type: "timestamptz" }) received_at!: Date;
  @Column({ type: "timestamptz" }) submitted_at!: Date;
  @Column({ type: "text" }) submitted_by!: string;
  @Column({ type: "timestamptz", nullable: true }) identity_requested_at!: Date | null;
  @Column({ type: "timestamptz", nullable: true }) identity_verified_at!: Date | null;
  @Column({ type: "timestamptz", nullable: true }) identity_failed_at!: Date | null;
  @Column({ type: "timestamptz", nullable: true }) extended_at!: Date | null;
  @Column({ type: "timestamptz" }) due_at!: Date;
  @Column({ type: "uuid", nullable: true }) linked_to!: string | null;
  @Column({ type: "integer" }) plan_version!: number;
  @Column({ type: "uuid", array: true }) planned_identifiers!: string[];
  @Column({ type: "text", nullable: true }) approved_by!: string | null;
  @Column({ type: "timestamptz", nullable: true }) approved_at!: Date | null;
  @Column({ type: "timestamptz", nullable: true }) releasable_at!: Date | null;
  @Column({ type: "timestamptz", nullable: true }) released_at!: Date | null;
  @Column({ type: "uuid", nullable: true }) certificate_id!: string | null;
  @Column({ type: "timestamptz", nullable: true }) closed_at!: Date | null;
  @Column({ type: "boolean" }) replan!: boolean;
  @Column({ type: "timestamptz", nullable: true }) advance_at!: Date | null;
  @Column({ type: "integer" }) revision!: number;
}

@Entity("erasure_notices")
export class ErasureNoticeRow {
  @PrimaryColumn({ type: "uuid" }) id!: string;
  @Column({ type: "uuid" }) request_id!: string;
  @Column({ type: "text" }) kind!: string;
  @Column({ type: "timestamptz" }) sent_at!: Date;
  @Column({ type: "text" }) channel!: string;
  @Column({ type: "timestamptz" }) recorded_at!: Date;
  @Column({ type: "text" }) recorded_by!: string;
}

@Entity("erasure_certificates")
export class ErasureCertificateRow {
  @PrimaryColumn({ type: "uuid" }) id!: string;
  @Column({ type: "uuid" }) request_id!: string;
  @Column({ type: "timestamptz" }) issued_at!: Date;
  @Column({ type: "text" }) result!: string;
  @Column({ type: "bytea" }) finding!: Buffer;
  @Column({ type: "bytea" }) file!: Buffer;
  @Column({ type: "text" }) status!: string;
  @Column({ type: "uuid", nullable: true }) superseded_by!: string | null;
  @Column({ type: "uuid", nullable: true }) entry_id!: string | null;
  @Column({ type: "timestamptz", nullable: true }) proven_at!: Date | null;
}

@Entity("sentinels")
export class SentinelRow {
  @PrimaryColumn({ type: "uuid" }) id!: string;
  @Column({ type: "text" }) service_key!: string;
  @Column({ type: "integer", array: true }) dataset_ids!: number[];
  @Column({ type: "integer", array: true, nullable: true }) planted_ids!: number[] | null;
  @Column({ type: "text", array: true }) identifier_types!: string[];
  @Column({ type: "text" }) state!: string;
  @Column({ type: "timestamptz" }) started_at!: Date;
  @Column({ type: "timestamptz", nullable: true }) ended_at!: Date | null;
}
