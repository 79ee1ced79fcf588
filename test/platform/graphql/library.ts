import { IsOptional, MaxLength, ValidateNested } from "class-validator";
import DataLoader from "dataloader";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { conflict, forbidden, notFound } from "../../../src/platform/errors";
import { checkPage, toPage } from "../../../src/platform/database/keyset";
import { connectionOf, PageArgs } from "../../../src/platform/graphql/connection";
import { type RequestContext } from "../../../src/platform/graphql/request-context";
import { Requires } from "../../../src/platform/graphql/requires";
import { watchChanges } from "../../../src/platform/watch-changes";

/** A small domain for testing the doors: books and who wrote them. */

enum Genre {
  NOVEL = "NOVEL",
  POEM = "POEM",
}
registerEnumType(Genre, { name: "Genre" });

@ObjectType()
class Author {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;
}

@ObjectType()
class Book {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => Date, { nullable: true })
  printedAt?: Date | null;

  @Field(() => Genre)
  genre!: Genre;

  authorId!: string;
}

const BookConnection = connectionOf(Book, "Book");

@InputType()
class PrintInput {
  @Field(() => Date)
  at!: Date;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(5)
  press?: string;
}

@InputType()
class AddBookInput {
  @Field(() => String)
  @MaxLength(10)
  title!: string;

  @Field(() => Genre, { defaultValue: Genre.NOVEL })
  genre!: Genre;

  @Field(() => [PrintInput], { nullable: true })
  @IsOptional()
  @ValidateNested({ each: true })
  prints?: PrintInput[];
}

@InputType()
class BookFilter {
  @Field(() => String, { nullable: true })
  title?: string;

  @Field(() => Date, { nullable: true })
  printedBefore?: Date;

  @Field(() => Genre, { nullable: true, defaultValue: Genre.NOVEL })
  genre?: Genre;
}

/** What the resolvers saw: the same question must reach them in the same form, however it was executed. */
export const seen: unknown[] = [];
export const loads: string[][] = [];
export const shelf = { version: 0, watchers: 0 };

const authors = (): DataLoader<string, Author> =>
  new DataLoader(async (ids: readonly string[]) => {
    loads.push([...ids]);
    return ids.map((id) => ({ id, name: `Author ${id}` }));
  });

const book = (number: number): Book => ({
  id: `book-${number}`,
  title: `Book ${number}`,
  printedAt: new Date(Date.UTC(2000, 0, number)),
  genre: Genre.NOVEL,
  authorId: `author-${number % 3}`,
});

@Resolver(() => Book)
class BookResolver {
  @FieldResolver(() => Author)
  author(@Root() { authorId }: Book, @Ctx() context: RequestContext): Promise<Author> {
    return context.loader(authors).load(authorId);
  }

  @FieldResolver(() => BookConnection)
  sequels(@Args(() => PageArgs) page: PageArgs) {
    checkPage(page);
    return toPage([1, 2, 3].map(book), page.first, ({ id }) => [id]);
  }

  @FieldResolver(() => String, { nullable: true })
  fault(@Arg("kind", () => String) kind: string): string | null {
    if (kind === "forbidden") throw forbidden("Not this one", "book:1");
    if (kind === "crash") throw new Error("connection to secret@example.org refused");
    return null;
  }
}

@Resolver()
class LibraryResolver {
  @Query(() => BookConnection)
  @Requires("library:books")
  books(@Args(() => PageArgs) page: PageArgs, @Arg("filter", () => BookFilter, { nullable: true }) filter?: BookFilter) {
    seen.push({ ...page, filter });
    checkPage(page);
    return toPage(
      Array.from({ length: page.first }, (_, index) => book(index + 1)),
      page.first,
      ({ id }) => [id],
    );
  }

  @Query(() => Book, { nullable: true })
  @Requires("library:book")
  book(@Arg("id", () => ID) id: string, @Arg("at", () => Date, { nullable: true }) at?: Date): Book | null {
    seen.push({ id, at });
    if (id === "book-404") throw notFound("No such book");
    return book(1);
  }

  @Query(() => Int)
  @Requires("library:broken")
  broken(): number {
    return "not a number: secret@example.org" as unknown as number;
  }

  @Mutation(() => Book)
  @Requires("library:add-book")
  addBook(@Arg("input", () => AddBookInput) input: AddBookInput): Book {
    seen.push(input);
    if (input.title === "taken") throw conflict("There is a book of this title", "book:7");
    return { ...book(1), title: input.title, genre: input.genre };
  }

  @Subscription(() => Book, {
    subscribe: ({ args }) => {
      if ((args as { id: string }).id === "book-404") throw notFound("No such book");
      shelf.watchers += 1;
      const changes = watchChanges({
        look: async () => ({ ...book(1), title: `Edition ${shelf.version}` }),
        versionOf: ({ title }) => title,
        everyMs: 10,
        isFinal: ({ title }) => title === "Edition 9",
      });
      let live = true;
      const leave = <Result extends IteratorResult<unknown>>(result: Result): Result => {
        if (live && result.done) {
          live = false;
          shelf.watchers -= 1;
        }
        return result;
      };
      const { next, return: end } = changes;
      changes.next = async () => leave(await next());
      changes.return = async () => leave(await end!());
      return changes;
    },
  })
  @Requires("library:book-changed")
  bookChanged(@Root() changed: Book, @Arg("id", () => ID) _id: string): Book {
    return changed;
  }
}

export const libraryResolvers = [LibraryResolver, BookResolver] as const;
