import type { FaceMap, MapMethod } from '../../../server/src/protocol/runs/explore/face-map.js';
import type { PeoplePage, Similarities } from '../../../server/src/protocol/runs/explore/people.js';
import {
  type FromPanel,
  type Problem,
  type QueryPage,
  type QuerySelection,
  type ToPanel,
  toPanelSchema,
} from '../../../server/src/protocol/webview.js';
import { PageHost } from '../parts/page-host.js';

/** What the page says of itself, and an answer to one of its questions. */
export type Told = Exclude<ToPanel, { question: number } | Exploring>;
/** How far it is what was asked of the run’s embeddings. */
export type Exploring = Extract<ToPanel, { type: 'exploring' }>;
type Answer = Extract<ToPanel, { question: number }>;
export type AskedImages = Extract<Answer, { type: 'images' }>;
export type AskedQuery = Extract<Answer, { type: 'query' }>;

/** Every question is settled: by its answer, or by why there is none. */
export type Answered<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** An answer to another question is none to this one. */
function refusal(answer: Answer): Answered<never> {
  const problem =
    answer.type === 'refused' ? answer.problem : { code: 'answer-unexpected', message: `${answer.type} was answered` };
  return { ok: false, problem };
}

/** The extension, to which this page is a panel. */
export class PanelHost extends PageHost<FromPanel, ToPanel> {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private asked = 0;
  /** Who is told how far it is what was asked of the run’s embeddings. */
  readonly followers = new Set<(progress: Exploring) => void>();

  constructor() {
    super(toPanelSchema);
  }

  /** Calls `show` with what answers no question. */
  override listen(show: (message: Told) => void): void {
    super.listen((message) => {
      if ('question' in message) this.settle(message);
      else if (message.type === 'exploring') for (const follow of this.followers) follow(message);
      else show(message);
    });
  }

  /** Some rows of the table of queries, or why there are none. */
  async page(selection: QuerySelection, offset: number, limit: number): Promise<Answered<QueryPage>> {
    const answer = await this.ask((question) => ({ type: 'askPage', question, selection, offset, limit }));
    return answer.type === 'page' ? { ok: true, value: answer.page } : refusal(answer);
  }

  /** A query as every model and version of a run sees it, which is the first unless another’s place is named, or why it is not there. */
  async query(id: string, run = 0): Promise<Answered<AskedQuery>> {
    const answer = await this.ask((question) => ({ type: 'askQuery', question, id, run }));
    return answer.type === 'query' ? { ok: true, value: answer } : refusal(answer);
  }

  /** What another threshold can be looked at with, or why that cannot be done. */
  async distances(): Promise<Answered<Extract<Answer, { type: 'distances' }>>> {
    const answer = await this.ask((question) => ({ type: 'askDistances', question }));
    return answer.type === 'distances' ? { ok: true, value: answer } : refusal(answer);
  }

  /** Some of the people of the run by a model, and the pairs among all of them. */
  async people(
    of: Omit<Extract<FromPanel, { type: 'askPeople' }>, 'type' | 'question'>,
  ): Promise<Answered<PeoplePage>> {
    const answer = await this.ask((question) => ({ type: 'askPeople', question, ...of }));
    return answer.type === 'people' ? { ok: true, value: answer.people } : refusal(answer);
  }

  async similarities(model: string, identities: readonly string[]): Promise<Answered<Similarities>> {
    const answer = await this.ask((question) => ({
      ...{ type: 'askSimilarities', question, model },
      identities: [...identities],
    }));
    return answer.type === 'similarities' ? { ok: true, value: answer.similarities } : refusal(answer);
  }

  async faceMap(model: string, method: MapMethod): Promise<Answered<FaceMap>> {
    const answer = await this.ask((question) => ({ type: 'askMap', question, model, method }));
    return answer.type === 'faceMap' ? { ok: true, value: answer.map } : refusal(answer);
  }

  /** Some images of the run by their lines, with their photographs. */
  async images(places: readonly number[]): Promise<Answered<AskedImages>> {
    const answer = await this.ask((question) => ({ type: 'askImages', question, places: [...places] }));
    return answer.type === 'images' ? { ok: true, value: answer } : refusal(answer);
  }

  /** The photographs of some queries, or why they are not there. */
  async photographs(ids: string[]): Promise<Answered<Extract<Answer, { type: 'photographs' }>>> {
    const answer = await this.ask((question) => ({ type: 'askPhotographs', question, ids }));
    return answer.type === 'photographs' ? { ok: true, value: answer } : refusal(answer);
  }

  /** Some queries as every model and version of the run sees them, or why they are not there. */
  async queries(ids: readonly string[]): Promise<Answered<AskedQuery>> {
    const answer = await this.ask((question) => ({ type: 'askQueries', question, ids: [...ids] }));
    return answer.type === 'query' ? { ok: true, value: answer } : refusal(answer);
  }

  private ask(message: (question: number) => FromPanel): Promise<Answer> {
    const question = this.asked++;
    return new Promise((resolve) => {
      this.waiting.set(question, resolve);
      this.tell(message(question));
    });
  }

  private settle(answer: Answer): void {
    this.waiting.get(answer.question)?.(answer);
    this.waiting.delete(answer.question);
  }
}
