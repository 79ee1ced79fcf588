import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Dataset, Entity, Service } from "../model";
import type { OwnershipAssignment } from "../ownership-model";
import { assignOwnership } from "../use-cases/assign-ownership";
import { classifyFields } from "../use-cases/classify-fields";
import { correctAssignment } from "../use-cases/correct-assignment";
import { endOwnership } from "../use-cases/end-ownership";
import { importDescriptors, type ImportReport } from "../use-cases/import-descriptors";
import { registerDataset } from "../use-cases/register-dataset";
import { registerEntity } from "../use-cases/register-entity";
import { registerService } from "../use-cases/register-service";
import { rotateEndpointKey } from "../use-cases/rotate-endpoint-key";
import {
  AssignOwnershipInput, ClassifyFieldsInput, CorrectAssignmentInput, EndOwnershipInput, ImportDescriptorsInput, RegisterDatasetInput, RegisterEntityInput,
  RegisterServiceInput, RotateEndpointKeyInput,
} from "./catalog-inputs";
import { DatasetType, EntityType, ImportReportType, OwnershipAssignmentType, ServiceType } from "./catalog-types";

@Resolver()
export class CatalogMutationResolver {
  @Mutation(() => ServiceType)
  @Requires("catalog:register-service")
  registerService(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RegisterServiceInput) input: RegisterServiceInput): Promise<Service> {
    return registerService(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => EntityType)
  @Requires("catalog:register-entity")
  registerEntity(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RegisterEntityInput) input: RegisterEntityInput): Promise<Entity> {
    return registerEntity(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => DatasetType)
  @Requires("catalog:register-dataset")
  registerDataset(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RegisterDatasetInput) input: RegisterDatasetInput): Promise<Dataset> {
    return registerDataset(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => DatasetType)
  @Requires("catalog:classify-fields")
  classifyFields(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ClassifyFieldsInput) input: ClassifyFieldsInput): Promise<Dataset> {
    return classifyFields(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => OwnershipAssignmentType)
  @Requires("catalog:assign-ownership")
  assignOwnership(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => AssignOwnershipInput) input: AssignOwnershipInput): Promise<OwnershipAssignment> {
    return assignOwnership(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => OwnershipAssignmentType)
  @Requires("catalog:end-ownership")
  endOwnership(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => EndOwnershipInput) input: EndOwnershipInput): Promise<OwnershipAssignment> {
    return endOwnership(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => OwnershipAssignmentType)
  @Requires("catalog:correct-assignment")
  correctAssignment(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => CorrectAssignmentInput) input: CorrectAssignmentInput): Promise<OwnershipAssignment> {
    return correctAssignment(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ServiceType)
  @Requires("catalog:rotate-endpoint-key")
  rotateEndpointKey(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RotateEndpointKeyInput) input: RotateEndpointKeyInput): Promise<Service> {
    return rotateEndpointKey(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ImportReportType)
  @Requires("catalog:import-descriptors")
  importDescriptors(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ImportDescriptorsInput) given: ImportDescriptorsInput): Promise<ImportReport> {
    const { recognise, dryRun, ...input } = given;
    return importDescriptors(deps, { ...input, format: recognise ? "AUTO" : input.format, dryRun: dryRun ?? true, actor: caller.principal });
  }
}
