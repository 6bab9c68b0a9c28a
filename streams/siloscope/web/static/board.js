// What the board does beyond its forms and links.
"use strict";
