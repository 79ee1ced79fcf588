import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { Dataset } from "../../catalog";
import { DatasetType } from "../../catalog/graphql/catalog-types";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { addNamespaceAlias, type NamespaceAlias } from "../use-cases/add-namespace-alias";
import { mergeDatasets } from "../use-cases/merge-datasets";
import { renameDataset } from "../use-cases/rename-dataset";
import { undoDatasetMerge } from "../use-cases/undo-dataset-merge";
import { MergeDatasetsInput, NamespaceAliasInput, RenameDatasetInput, UndoDatasetMergeInput } from "./identity-inputs";
import { NamespaceAliasType } from "./identity-types";

@Resolver()
export class IdentityResolver {
  @Mutation(() => NamespaceAliasType, { description: "Datasets known under the alias move; where both namespaces have one of a name, the two are one." })
  @Requires("lineage:add-namespace-alias")
  addNamespaceAlias(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => NamespaceAliasInput) input: NamespaceAliasInput): Promise<NamespaceAlias> {
    return addNamespaceAlias(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => DatasetType, { description: "Two datasets are one, which goes by the id of `into` and answers to both." })
  @Requires("lineage:merge-datasets")
  mergeDatasets(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => MergeDatasetsInput) input: MergeDatasetsInput): Promise<Dataset> {
    return mergeDatasets(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => DatasetType, { description: "Answers the dataset that was taken apart; no event joins the two again." })
  @Requires("lineage:undo-dataset-merge")
  undoDatasetMerge(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => UndoDatasetMergeInput) input: UndoDatasetMergeInput): Promise<Dataset> {
    return undoDatasetMerge(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => DatasetType, { description: "It keeps its flows and all that is declared of it; its former name leads to it." })
  @Requires("lineage:rename-dataset")
  renameDataset(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RenameDatasetInput) input: RenameDatasetInput): Promise<Dataset> {
    return renameDataset(deps, { ...input, actor: caller.principal });
  }
}
