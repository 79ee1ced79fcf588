import { ArgsType, type ClassType, Field, Int, ObjectType } from "type-graphql";

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

/** `(first: Int = 50, after: String)`; the range of `first` is checked by `checkPage` (platform/database/keyset). */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: "How many, 1 to 100." })
  first!: number;

  @Field(() => String, { nullable: true, description: "A cursor of this list: the page starts after it." })
  after?: string | null;
}

/** Relay edge and connection types for a node type: `FooEdge`, `FooConnection`. Call once per node type and export the result. */
export function connectionOf<Node extends object>(nodeType: ClassType<Node>, name: string) {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => String)
    cursor!: string;

    @Field(() => nodeType)
    node!: Node;
  }

  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [Edge])
    edges!: Edge[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return Connection;
}
