import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { codeOfError } from './network-fault.ts';

/** What the last request of a sign-in came to: the code of a network error, or the status of an answer. */
export type SignInTrouble = { readonly code: string } | { readonly status: number } | null;

export interface SignInWatch {
  readonly policy: PipelinePolicy;
  last(): SignInTrouble;
}

/** The sign-in packages throw away why they could not reach an authority: this remembers it. */
export function watchSignIn(): SignInWatch {
  let last: SignInTrouble = null;
  const policy: PipelinePolicy = {
    name: 'claimwatchWatchSignIn',
    async sendRequest(request, next) {
      try {
        const response = await next(request);
        last = { status: response.status };
        return response;
      } catch (error) {
        last = { code: codeOfError(error) };
        throw error;
      }
    },
  };
  return { policy, last: () => last };
}
