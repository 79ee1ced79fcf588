import { ROW_CLASSES } from "../../src/app/row-classes";
import { loadRowClasses } from "../support/row-classes";

test("the running server knows every row class that the rooms have", () => {
  const names = (classes: readonly { name: string }[]) => classes.map(({ name }) => name).sort();
  expect(names(ROW_CLASSES)).toEqual(names(loadRowClasses()));
});
