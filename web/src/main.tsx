import { createRoot } from 'react-dom/client';
import { App } from './app';
import { showAsChosen } from './display';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import './styles/report.css';

showAsChosen();
createRoot(document.getElementById('pages')!).render(<App />);
