import DataLoader from "dataloader";
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { ConfirmInput } from "../../platform/graphql/shared-inputs";
import type { Attestation } from "../attestation-model";
import type { Dataset } from "../model";
import { findAttestations } from "../storage/attestation-queries";
import { attestAnonymous } from "../use-cases/attest-anonymous";
import { confirmAttestation } from "../use-cases/confirm-attestation";
import { AttestAnonymousInput } from "./attestation-inputs";
import { AttestationType } from "./attestation-types";
import { DatasetType } from "./catalog-types";

/** Who may classify the data of every service may speak for every service; others only for the one whose token they have. */
const EDITORS = "catalog:classify-fields";

const attestationsLoader = ({ deps }: RequestContext): DataLoader<number, Attestation[]> =>
  new DataLoader(async (numbers) => {
    const found = await findAttestations(deps.db, numbers);
    return numbers.map((number) => found.get(number) ?? []);
  });

@Resolver(() => DatasetType)
export class AttestationResolver {
  @Mutation(() => DatasetType, { description: "A proposal, without effect until another principal confirms it." })
  @Requires("catalog:attest-anonymous")
  attestAnonymous(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => AttestAnonymousInput) input: AttestAnonymousInput): Promise<Dataset> {
    const speaksFor = caller.permissions.has(EDITORS) ? undefined : caller.service;
    return attestAnonymous(deps, { ...input, speaksFor, actor: caller.principal });
  }

  @Mutation(() => DatasetType, { description: "id: the dataset's." })
  @Requires("catalog:confirm-attestation")
  confirmAttestation(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ConfirmInput) { id }: ConfirmInput): Promise<Dataset> {
    return confirmAttestation(deps, { id, actor: caller.principal });
  }

  @FieldResolver(() => [AttestationType], { description: "The one in force or expired, and the one that is proposed." })
  attestations(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<Attestation[]> {
    return context.loader(attestationsLoader).load(number);
  }
}
