import { Field, ID, InputType } from "type-graphql";

@InputType("NamespaceAliasInput")
export class NamespaceAliasInput {
  @Field(() => String)
  alias!: string;

  @Field(() => String)
  namespace!: string;
}

@InputType("MergeDatasetsInput")
export class MergeDatasetsInput {
  @Field(() => ID, { description: "Becomes another name of `into`." })
  dataset!: string;

  @Field(() => ID)
  into!: string;
}

@InputType("UndoDatasetMergeInput")
export class UndoDatasetMergeInput {
  @Field(() => ID, { description: "The name that became another name of a dataset: by a merge, an alias, a symlink or a renaming." })
  dataset!: string;
}

@InputType("RenameDatasetInput")
export class RenameDatasetInput {
  @Field(() => ID, { description: "By any of its names." })
  dataset!: string;

  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;
}
