// Hands the token to the panel that opened this window; to a page of another site it is not given.
"use strict";
if (window.opener) {
  window.opener.postMessage({ siloscopePanel: document.getElementById("main").dataset.token }, location.origin);
  window.close();
}
