import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { ConfirmInput } from "../../platform/graphql/shared-inputs";
import type { Finding, FindingSilence } from "../finding-model";
import { listFindings } from "../storage/finding-queries";
import { listSilences } from "../storage/silence-queries";
import { type ClassificationReport, classifyByPattern } from "../use-cases/classify-by-pattern";
import { decideFinding } from "../use-cases/decide-finding";
import { endFindingSilence } from "../use-cases/end-finding-silence";
import { silenceFindings } from "../use-cases/silence-findings";
import { ClassifyByPatternInput, DecideFindingInput, findingFilterOf, OwnershipFindingsArgs, SilenceFindingsInput } from "./finding-inputs";
import { silencedLoader } from "./finding-loaders";
import { ClassificationReportType, FindingConnection, FindingSilenceConnection, FindingSilenceType, FindingType } from "./finding-types";

@Resolver(() => FindingSilenceType)
export class FindingResolver {
  @Query(() => FindingConnection, { description: "What wants attention in the register, the newest first. Without `state`: all that is not RESOLVED." })
  @Requires("catalog:ownership-findings")
  ownershipFindings(@Ctx() { deps }: RequestContext, @Args(() => OwnershipFindingsArgs) args: OwnershipFindingsArgs): Promise<Page<Finding>> {
    checkPage(args);
    return listFindings(deps.db, findingFilterOf(args), args);
  }

  @Query(() => FindingSilenceConnection, { description: "The newest first, ended ones too." })
  @Requires("catalog:finding-silences")
  findingSilences(@Ctx() { deps }: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<FindingSilence>> {
    checkPage(page);
    return listSilences(deps.db, page);
  }

  @Mutation(() => FindingType, { description: "Takes a finding as it is for a while, or takes that back." })
  @Requires("catalog:decide-finding")
  decideFinding(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => DecideFindingInput) input: DecideFindingInput): Promise<Finding> {
    return decideFinding(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => FindingSilenceType, { description: "Keeps findings out of lists, now and later." })
  @Requires("catalog:silence-findings")
  silenceFindings(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => SilenceFindingsInput) input: SilenceFindingsInput): Promise<FindingSilence> {
    return silenceFindings(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => FindingSilenceType, { description: "Lists again what the rule silenced, unless another one silences it." })
  @Requires("catalog:end-finding-silence")
  endFindingSilence(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ConfirmInput) { id }: ConfirmInput): Promise<FindingSilence> {
    return endFindingSilence(deps, { id, actor: caller.principal });
  }

  @Mutation(() => ClassificationReportType, { description: "Classifies all fields that match, in up to 10,000 datasets; only tells what it would do by default." })
  @Requires("catalog:classify-by-pattern")
  classifyByPattern(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ClassifyByPatternInput) input: ClassifyByPatternInput): Promise<ClassificationReport> {
    return classifyByPattern(deps, { ...input, actor: caller.principal });
  }

  @FieldResolver(() => Int, { description: "How many unresolved findings it silences; one that several rules match counts for the one that lasts longest." })
  async matches(@Root() { id }: FindingSilence, @Ctx() context: RequestContext): Promise<number> {
    return (await context.loader(silencedLoader).load(id)) ?? 0;
  }
}
