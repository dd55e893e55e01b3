import './theme.css';
import './page.css';
import './table.css';
import './chart.css';
import './neighbours.css';
import './photographs.css';
import './print.css';
