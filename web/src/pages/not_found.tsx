import { Link } from 'react-router-dom';
import { Page } from '../parts/page';

export function NotFound() {
  return (
    <Page title="No such page">
      <p>
        There is nothing at this address. <Link to="/">To the start</Link>
      </p>
    </Page>
  );
}
