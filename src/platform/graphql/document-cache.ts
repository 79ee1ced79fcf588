import type { DocumentNode } from "graphql";

const CAPACITY = 500;

/** The documents asked for last, parsed and found valid. Bounded in number, because each may have its compiled form beside it. */
export class DocumentCache {
  private readonly documents = new Map<string, DocumentNode>();

  async get(key: string): Promise<DocumentNode | undefined> {
    const document = this.documents.get(key);
    if (document !== undefined) {
      this.documents.delete(key);
      this.documents.set(key, document);
    }
    return document;
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    if (this.documents.size >= CAPACITY) await this.delete(this.documents.keys().next().value as string);
    this.documents.set(key, document);
  }

  async delete(key: string): Promise<boolean> {
    return this.documents.delete(key);
  }
}
