import { Arg, Ctx, Field, ObjectType, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { DescriptorFormat } from "../descriptors/descriptor-model";
import { exportDescriptors, type ExportedFile } from "../use-cases/export-descriptors";
import { DescriptorFormatEnum } from "./catalog-types";

@ObjectType("ExportedFile")
class ExportedFileType implements ExportedFile {
  @Field(() => String)
  path!: string;

  @Field(() => String)
  document!: string;
}

@Resolver()
export class ExportResolver {
  @Query(() => [ExportedFileType], { description: "What a source declares, or everything in use. Imported again under the same source it changes nothing." })
  @Requires("catalog:export-descriptors")
  async exportDescriptors(
    @Ctx() { deps }: RequestContext,
    @Arg("format", () => DescriptorFormatEnum, { nullable: true, defaultValue: "CADASTRE" }) format: DescriptorFormat | null,
    @Arg("source", () => String, { nullable: true }) source: string | null | undefined,
  ): Promise<ExportedFile[]> {
    const files: ExportedFile[] = [];
    for await (const file of exportDescriptors(deps, { format: format ?? "CADASTRE", source: source ?? null })) files.push(file);
    return files;
  }
}
