/** The page of the policy that judges this patient, or the registry; a rule's id is an anchor on it. */
export function policyPage(rule?: string, patient?: string): string {
  const query = patient ? `?patient_id=${encodeURIComponent(patient)}` : '';
  return `/api/v1/policy.html${query}${rule ? `#${encodeURIComponent(rule)}` : ''}`;
}

/** Ids of rules, each a link to its place in the policy. */
export function PolicyRules({ ids, patient, word }: { ids: string[]; patient?: string; word?: string }) {
  return (
    <>
      {ids.map((id, at) => (
        <span key={id}>
          {at > 0 && ' '}
          <a className="rule" href={policyPage(id, patient)} title={`Rule ${id} in the policy`}>
            {word && `${word} `}
            {id}
          </a>
        </span>
      ))}
    </>
  );
}
