import { Extensions } from "type-graphql";

/**
 * Names the permission an operation needs: `<room>:<operation in kebab case>`. Every field of Query, Mutation and Subscription
 * must carry it; a schema with a root field that does not is refused at start (deny by default).
 */
export const Requires = (permission: string): MethodDecorator & PropertyDecorator =>
  Extensions({ permission });
